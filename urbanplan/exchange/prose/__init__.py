"""Documents of prose: reports and notices as text, whatever they were written with."""
