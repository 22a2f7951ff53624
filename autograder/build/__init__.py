"""From an authored lesson to what students and instructors open."""
