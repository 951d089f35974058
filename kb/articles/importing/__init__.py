"""Reads a folder of Markdown into articles, people, topics and attachments."""
