"""The students' repository: what they get, proved to give nothing away, and kept up to date."""
