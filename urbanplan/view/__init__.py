"""What people look at: terminal text, maps, sheets and pages."""
