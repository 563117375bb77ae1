#!/bin/sh
# What some formats need of the system, on Debian and Ubuntu: LibreOffice for old Word (DOC, WPS) and rich text, libarchive for rar, and a
# Chinese typeface to draw pages of PDFs that bring none (they are read without it).
# Everything else comes with the Python packages; without these the project says which parts of a document stay unread.
set -eu
if ! command -v apt-get >/dev/null; then
	echo 'no apt-get here: install LibreOffice (Writer and Calc, without a display), libarchive and a Chinese typeface by the means of your system' >&2
	exit 1
fi
as_root=''
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root apt-get update
$as_root apt-get install -y --no-install-recommends libreoffice-writer libreoffice-calc libarchive13 fonts-wqy-zenhei
