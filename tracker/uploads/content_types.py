"""Content types of the files that come in and go out."""

#: An Excel workbook without macros (ECMA-376).
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
