"""What one document may take; what goes beyond is left out and told."""

BYTES = 200 * 1024 * 1024  # of a file
UNPACKED_BYTES = 200 * 1024 * 1024  # of a Word file
XML_BYTES = 40 * 1024 * 1024  # of one part of a Word file
PAGES = 500
CHARACTERS = 2_000_000
CASE_CHARACTERS = 8_000_000  # of all documents of a task together: their text is one checkpoint
DOCUMENT_SECONDS = 60.0  # for the text of a document
PAGE_SECONDS = 60.0  # for the recognition of a page
SCAN_SECONDS = 1800.0  # for the recognition of a document, the wait for processes included
PIXELS = 80_000_000  # of a picture, as it is unpacked
OCR_PIXELS = 20_000_000  # of a page, as it is recognised
SCANNED_CHARACTERS = 20  # a page with fewer is a picture
DOTS_PER_INCH = 200  # at which a page is drawn to be recognised
