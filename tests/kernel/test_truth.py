from mingjing.kernel.truth import all_of, any_of, negate


class TestKleene:
    def test_unknown_does_not_become_yes_or_no(self) -> None:
        """Unknown decides nothing unless the other values decide alone."""
        assert all_of([True, None]) is None
        assert all_of([False, None]) is False
        assert any_of([False, None]) is None
        assert any_of([True, None]) is True
        assert negate(None) is None
