"""With which keys other servers are acted on, and with which they are only looked at."""

from typing import Annotated

from pydantic import Field, model_validator

from watchkeeper.bootstrap.section import ConfigPath, Name, Section


class ActingKey(Section):
    """The key that acts on the servers of one class, as each server's own `user`."""

    key_file: ConfigPath
    "The private key, only its owner's (0600), without a passphrase."


class LookingKey(Section):
    """The key that only looks at the servers of one class."""

    key_file: ConfigPath
    "The private key, only its owner's (0600); another one than the key that acts."
    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]
    "Who looks: a user that may do nothing by sudo."


class Ssh(Section):
    """Keys by server class."""

    keys: dict[Name, ActingKey] = Field(default={})
    "For each server class, the key that acts there; a class without one is never acted on."
    look_keys: dict[Name, LookingKey] = Field(default={})
    "For each server class, the key that only looks; without one, only probes are asked."

    @model_validator(mode="after")
    def _one_key_one_class(self) -> "Ssh":
        files = [each.key_file for each in self.keys.values()]
        files += [each.key_file for each in self.look_keys.values()]
        if len(files) != len(set(files)):
            raise ValueError("two of the keys are the same file; every class has keys of its own")
        if any(each.user == "root" for each in self.look_keys.values()):
            raise ValueError("look_keys: root must not look; give a user that may do nothing else")
        return self
