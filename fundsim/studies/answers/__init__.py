"""What a study is asked: what moves an answer or makes it vary, and which policies fail where."""
