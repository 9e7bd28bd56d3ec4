"""Files of word processors, spreadsheets, browsers and mail programs, read as running text with its tables."""
