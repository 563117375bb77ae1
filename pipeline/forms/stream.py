from __future__ import annotations
def looks_like_form(spec, lines): return False
def read_form(spec,title,place,lines,unit): raise NotImplementedError
