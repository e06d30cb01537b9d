"""A stateful Jira: Cloud with REST v3 and v2, or Data Center with the option ``deployment="Server"``.

Read ``records`` (what there is) and ``view`` (what a caller sees of it), then the room of interest: ``search`` with
``jql``, ``jql_words``, ``jql_dates`` and ``jql_reach``; ``issues`` with ``fields`` and ``edits``, ``comments``,
``links``, ``changelogs`` with ``history``, ``agile``, ``permissions``, ``meta``; ``server_search``, ``server_shape``
and ``wiki`` are Data Center's. ``acts`` is what a person does in the browser.

Ways in, all to the account ``crosstie``: on Cloud Basic with bot@acme.example and sandbox-jira-token; through the
gateway, /ex/jira/{cloudId}, Basic with sandbox-jira-scoped or Bearer sandbox-jira-oauth; on Data Center Basic with
crosstie-bot (or the address) and sandbox-jira-token, or Bearer sandbox-jira-pat. See ``door``.

Setting a scene, in a scenario's ``build(world)``::

    write = world.sites["jira"].writer()
    write.project("PAY", "Payments")
    write.sprint("Aurora 12", "active", date(2026, 2, 23), date(2026, 3, 6))
    write.version("PAY", "2026.3", date(2026, 3, 31))
    write.issue("PAY-1", "Pay by invoice", "Depends on: PLAT-7", assignee="Mira", sprints=["Aurora 12"])
    write.link_type("Blockiert", outward="blockiert", inward="wird blockiert von")
    write.link("Blocks", "PLAT-7", "PAY-1")       # PLAT-7 blocks PAY-1
    write.comment("PAY-1", "Mira", "Any news?", datetime(2026, 2, 27, 10, tzinfo=UTC))

Nothing that a writer does bumps ``updated``: it happened when it says. Options are ``records.Options``.
"""
