"""What every uploaded workbook has in common: its check, done at once or by a worker."""
