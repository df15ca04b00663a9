"""The words that JQL takes only in quotes. Source: Atlassian, "Advanced searching", reserved words."""

_KEYWORDS = """
    and or not in is empty null order by asc desc was changed before after from to on during
"""
_OTHERS = """
    abort access add alias all alter any as audit avg begin between boolean break byte
    catch cf char character check checkpoint collate collation column commit connect continue
    count create current date decimal declare decrement default defaults define delete delimiter
    difference distinct divide do double drop else encoding end equals escape exclusive exec
    execute exists explain false fetch file field first float for function go goto grant greater
    group having identified if immediate increment index initial inner inout input insert int
    integer intersect intersection into isempty isnull join last left less like limit lock long
    max min minus mode modify modulo more multiply next noaudit notin nowait number object of
    option outer output power previous prior privileges public raise raw remove rename resource
    return returns revoke right row rowid rownum rows select session set share size sqrt start
    strict string subtract sum synonym table then trans transaction trigger true uid union unique
    update user validate values view when whenever where while with
"""

KEYWORDS = frozenset(_KEYWORDS.split())
"""Reserved words that the grammar gives a meaning to."""

RESERVED_WORDS = KEYWORDS | frozenset(_OTHERS.split())
"""Every word that needs quotes."""
