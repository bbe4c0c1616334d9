"""Loading the annex of a plan into a list: received, shown as a preview, imported as a whole or discarded."""
