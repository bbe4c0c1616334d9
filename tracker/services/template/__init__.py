"""The month's workbook for a unit: what it holds, its keys, reading it when it comes back."""
