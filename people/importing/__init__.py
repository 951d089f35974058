"""People and departments from tables: read, checked as a whole, written as a whole or not at all."""
