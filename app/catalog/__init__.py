"""Items, their barcodes and lots."""
