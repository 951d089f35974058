"""Everything the company wrote, as files that are read back equal: CSV, Markdown, and what hangs on them."""
