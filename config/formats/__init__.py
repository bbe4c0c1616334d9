"""How each language writes days and moments, on pages and in mail. Files that machines read keep ISO 8601."""
