"""The narrative (决算情况说明): sentences → statements with figures.

What belongs here: wording.  What may not: tables, and the rules that hold statements against forms.
"""
