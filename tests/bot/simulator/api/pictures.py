"""The first bytes of files, which is all that the platform looks at."""

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
GIF = b"GIF89a" + b"\0" * 60
AMR = b"#!AMR\n" + b"\0" * 60
MP3 = b"ID3\x03" + b"\0" * 60
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 60
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
