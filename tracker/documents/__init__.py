"""Documents: data in, a file out. No queries; only `workbook` imports openpyxl."""
