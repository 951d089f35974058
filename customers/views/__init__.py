"""Pages of customers, touches and voices."""
