"""Plan, reading, verdict, finding, report: light, versioned, without geometry libraries."""
