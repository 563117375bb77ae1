#!/bin/sh
# Installs the typeface that the builder embeds in the sample PDFs (Debian: fonts-wqy-zenhei, WenQuanYi Zen Hei, GPL with
# the font exception).  Only `python -m samples.build` needs it; the pipeline and its tests do not.
set -e
apt-get install -y fonts-wqy-zenhei
