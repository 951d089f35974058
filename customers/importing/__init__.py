"""Customers, contacts, touches and deals from spreadsheets: read, checked as a whole, written as a whole."""
