"""What the README says of integrations is what the tests do."""

from tests.integrations import BEGIN, END, README, current


def test_the_table_of_integrations_is_the_one_that_the_marks_give() -> None:
    readme = README.read_text(encoding="utf-8")
    assert BEGIN in readme and END in readme
    assert current(readme) == readme, "run: python -m tests.integrations"
