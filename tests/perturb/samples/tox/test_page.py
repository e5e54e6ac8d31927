import unittest, page
class Page(unittest.TestCase):
    def test_title(self):
        self.assertEqual(page.title(), "page")
