def title():
    return "page"
