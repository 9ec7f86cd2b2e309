"""Roads: mileage, projects, access, density, parking, and which streets the network hangs on."""
