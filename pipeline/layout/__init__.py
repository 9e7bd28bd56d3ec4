"""The layout of a page that was read: letterhead, marginalia, sign-off, order."""
