"""Access databases (.mdb, .accdb) and the Personal Geodatabases that they may be, read."""
