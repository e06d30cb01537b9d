"""How accounts and repositories come to have other names, other owners, or to be gone.

Old names lead to a repository until somebody takes them
(https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository); those of an account
do not lead to the account itself.
"""

from sandbox.github.errors import invalid
from sandbox.github.links import delete_issue
from sandbox.github.records import Repository, User
from sandbox.github.state import State


def rename_owner(state: State, owner: User, login: str) -> None:
    """Its repositories are found under the new name, and under the old one by a redirect."""
    if state.user(login) is not None:
        raise invalid("User", "login", "already_exists")
    state.rename_owner(owner, login)


def transfer_repository(state: State, repository: Repository, owner: User) -> None:
    """Ids stay, also those of its issues; what tokens and people may do in it stays as well."""
    if state.repository(f"{owner.login}/{repository.name}"):
        raise invalid("Repository", "name", "custom", "name already exists on this account")
    state.move(repository, owner, repository.name)
    repository.updated_at = state.now()


def delete_repository(state: State, repository: Repository) -> None:
    """With its issues and their links; nothing leads to it any more."""
    for issue in state.issues(repository):
        delete_issue(state, issue)
    state.drop_repository(repository)
