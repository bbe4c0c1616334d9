"""Reads of figures: inputs, evaluation rules and the progress of targets."""
