"""The report as a PDF, for people: written without Qt, in the reader's language, with fonts of its own.

Imports the PDF library, and is itself imported only where a PDF is written.
"""
