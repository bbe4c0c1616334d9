"""Drawings as SVG: the trend of a page and the bars of a mail, from the same elements, scales and widths of letters."""
