"""Writes articles with their fields and files as Markdown that the import reads back, equal."""
