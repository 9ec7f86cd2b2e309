"""Answers as text for people at a terminal: tables that read well in 80 columns and without colour."""
