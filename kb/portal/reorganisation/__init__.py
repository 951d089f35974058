"""Reorganisations: departments opened, renamed, merged, split and closed, on a day, and back."""
