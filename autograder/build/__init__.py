"""Build what students and instructors open from an authored lesson."""
