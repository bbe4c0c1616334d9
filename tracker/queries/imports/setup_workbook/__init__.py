"""The workbook of everything that is set up: what stands there, and what an uploaded one says."""
