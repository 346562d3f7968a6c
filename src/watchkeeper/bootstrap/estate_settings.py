"""Who else knows the estate, beside estate.yaml."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from watchkeeper.bootstrap.section import ConfigPath, Name, Section

Label = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,127})?$")]
Job = Annotated[str, Field(min_length=1, max_length=255)]


class CsvEstate(Section):
    """Files that a CMDB or a spreadsheet exports. What estate.yaml says comes before them."""

    kind: Literal["csv"]
    name: Name = "csv"
    "What drift calls it."
    servers: ConfigPath | None = None
    "A file of servers, or services."
    services: ConfigPath | None = None
    "A file of services, or servers."

    @model_validator(mode="after")
    def _has_a_file(self) -> "CsvEstate":
        if self.servers is None and self.services is None:
            raise ValueError("name a file of servers, a file of services, or both")
        return self


class PrometheusEstate(Section):
    """What a Prometheus collects from. It comes last: labels never give a class.

    A server that only it knows is in the estate without a class. What labels say of a known server
    is compared and reported.
    """

    kind: Literal["prometheus"]
    source: Name
    "Which of `sources`, by its name."
    jobs: tuple[Job, ...] = ()
    "The jobs whose targets are servers; none: all."
    name_label: Label = ""
    "The label with the server's name; none: the host in `instance`."
    class_label: Label = ""
    "The label with its class, to compare."
    exposure_label: Label = ""
    "The label with its exposure."
    criticality_label: Label = ""
    "The label with its criticality."
    owner_label: Label = ""
    "The label with its owner."

    @property
    def name(self) -> str:
        """What drift calls it."""
        return self.source

    def labels(self) -> dict[str, str]:
        """A server's field → the label that says it."""
        said = {
            "server_class": self.class_label,
            "exposure": self.exposure_label,
            "criticality": self.criticality_label,
            "owner": self.owner_label,
        }
        return {field: label for field, label in said.items() if label}


EstateSource = Annotated[CsvEstate | PrometheusEstate, Field(discriminator="kind")]
