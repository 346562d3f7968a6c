"""The pillars together: routing, investigation, confidence, orders."""
