import scale


def main():
    print(scale.grams(2))
