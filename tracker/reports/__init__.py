"""Reports: rows in, a report out. No queries here, and only `workbook` knows openpyxl."""
