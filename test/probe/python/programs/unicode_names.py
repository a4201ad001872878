"""Names and a file name of one, two and four bytes a character."""
import time

from tell import tell

SOURCE = '''
class Größe:
    def 函数(self):
        def 𐐀𐐁():
            tell(), time.sleep(600)
        𐐀𐐁()
def é(): Größe().函数()
é()
'''
exec(compile(SOURCE, "größe €𐐀 \"quoted\" \\.py", "exec"))
