"""A stateful, strict GitHub: REST at the root, GraphQL at ``/graphql``, both over one state.

Setting a scene (``GitHubSite.writer()`` gives a ``scenario.Writer``; everything goes by its name)::

    gh = site.writer()
    gh.repository("acme/web")                        # the default token may write in it
    gh.repository("acme/vault", visibility="private", token="read")
    gh.person("mira", **{"acme": "MEMBER"})          # in all of acme's repositories
    gh.milestone("acme/web", "Spring release", due=date(2026, 4, 1))
    consumer = gh.issue("acme/web", "Sign in by SSO", by="mira", milestone="Spring release", at=...)
    provider = gh.issue("acme/vault", "Rotate keys", by="jonas", closed=..., reason="not_planned")
    gh.pull("acme/web", "Add SSO", by="mira", head="sso", body="Closes #1", merged=...)
    gh.comment(consumer, "Waiting for the keys", by="mira", at=...)
    gh.block(consumer, provider, by="mira")          # consumer is blocked by provider
    gh.parent(consumer, "acme/web#9", by="mira")
    gh.project_values(consumer, "Roadmap", {"Target date": date(2026, 4, 1), "Status": "Todo",
                                            "Sprint": iteration("Sprint 7", date(2026, 3, 2), 14)})
    gh.project("acme", "Launch", fields={"Target date": "date"}, public=True)
    gh.limited_token("secret", "mira", permissions={"issues": "read"}, roles={"acme/web": "write"})
    app = gh.app()                                   # app.id and app.private_key sign its JWTs
    gh.install(app, "acme", repositories=["acme/web"])

``GitHubSite.act`` makes edits as a person would (``acts`` and ``acts_more`` list them; ``install_app`` gives an app's
key to whoever is outside), ``options`` among them turns on what is off at first (``options.Options``). Account and
token: ``crosstie-bot``, ``sandbox-github-token``.
"""
