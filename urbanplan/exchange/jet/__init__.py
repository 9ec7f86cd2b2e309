"""The file structure of Access (Jet, ACE): pages, definitions of tables, rows and values."""
