"""The commands of vanban, by subject."""
