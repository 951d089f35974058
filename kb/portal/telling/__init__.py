"""Ways out of the product: mails, feeds, and messages to the chat tools of the company."""
