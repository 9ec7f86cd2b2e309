"""The 60 texts that try to act elsewhere: in templates, pages, tables, terminals, databases, sheets and file names."""

from __future__ import annotations


def payloads(canary: str) -> list[str]:
    """Python through Jinja, scripts through markup, handlers, addresses, template literals, JSON and comment ends."""
    shell = f"__import__('os').system('touch {canary}')"
    jinja = [
        "{{ 7*7 }}",
        "{{ cycler.__init__.__globals__.os.system('touch " + canary + "') }}",
        "{% for x in [1] %}{{ x }}{% endfor %}",
        "{#1楼}道路",
        "{%",
        "{{",
        "}}",
        "{% raw %}",
        "{{ self._TemplateReference__context }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ lipsum.__globals__['os'].popen('touch " + canary + "').read() }}",
        "{%- set a = 1 -%}{{ a }}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        f"${{{shell}}}",
        "`${window.pwned=1}`",
        "{0.__class__}",
        "%(x)s %s",
    ]
    markup = [
        "<script>window.pwned=1;alert(1)</script>",
        "</script><script>window.pwned=1</script>",
        "<img src=x onerror=window.pwned=1>",
        "<svg/onload=window.pwned=1>",
        "<!--",
        "--><script>window.pwned=1</script>",
        "<!--<script>",
        "</title><script>window.pwned=1</script>",
        "</style><script>window.pwned=1</script>",
        "</textarea><img src=x onerror=window.pwned=1>",
        "<iframe srcdoc='<script>parent.pwned=1</script>'>",
        "<a href='javascript:window.pwned=1'>x</a>",
        "<base href='https://example.invalid/'>",
        "<meta http-equiv=refresh content='0;url=https://example.invalid'>",
        "<link rel=stylesheet href=https://example.invalid/x.css>",
        '" onmouseover="window.pwned=1',
        "' autofocus onfocus='window.pwned=1",
        "\u2028window.pwned=1\u2029",
        "\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e",
        "];window.pwned=1;//",
        "__proto__",
    ]
    return jinja + markup


def acting_texts(canary: str) -> list[str]:
    """The 40 of :func:`payloads` and 20 for tables, terminals, databases, logs, typesetting, policies and file names."""
    return [
        *payloads(canary),
        '=HYPERLINK("https://example.invalid","x")',
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "＝1+1",
        "＠SUM(1)",
        "\t=1",
        "\x1b]0;owned\x07",
        "\x1b[2J\x9b31m",
        "\u202etxt.exe",
        "a\r\nb: c",
        "'; DROP TABLE parcels; --",
        "\"; ATTACH DATABASE '/tmp/x' AS y; --",
        "[x](javascript:window.pwned=1)",
        "{0} {{1}} %n",
        '#panic("x") \\#[x]',
        "*粗* _斜_ `码` @ref // $x$",
        "a; script-src *; img-src *",
        "../../x",
        "CON",
    ]
