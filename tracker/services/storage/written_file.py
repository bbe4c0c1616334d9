"""A file that the file store takes over instead of copying."""

from django.core.files import File


class WrittenFile(File):
    """A file that the storage may take as it stands: on the same disk it is renamed, never half copied."""

    def temporary_file_path(self) -> str:
        return str(self.name)
