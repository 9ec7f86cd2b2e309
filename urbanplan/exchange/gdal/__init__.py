"""GDAL, with the one driver that a file needs: by a forced driver, or in a process with drivers of its own."""
