"""Machines of others behind plain functions."""
